"""The site with one thing wrong, an application each: what some mutants (prove/mutants.py) run in its place."""
