"""What recognition, stories and facts reach on the development corpus: `python -m tests.score`."""
