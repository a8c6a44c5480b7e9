"""The questions, one module for each dimension. A public function is a check."""
