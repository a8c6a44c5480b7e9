module example.org/files/v2

require github.com/mark3labs/mcp-go v0.58.0
