"""How messages are worded, and which parts of other people's texts they may show."""
