"""What care does for people: one file per journey."""
