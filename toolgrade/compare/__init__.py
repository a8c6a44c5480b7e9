"""Two reports in, what moved out."""
