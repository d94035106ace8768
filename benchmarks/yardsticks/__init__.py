"""The others, each as fast as it can be made: a yardstick must never be held back."""
