package main

import m "github.com/mark3labs/mcp-go/mcp"

const (
	READ = "Read a file. " +
		`It has "quotes" and a \ in it.`
	kinds = "text"
)

var allKinds = []string{kinds, "binary"}

// A wrapper of the repository's own: its calls give the name.
func readOnly(name, description string, options ...m.ToolOption) m.Tool {
	tool := m.Tool{Name: name, Description: description}
	for _, option := range options {
		option(&tool)
	}
	return tool
}

func withPath() m.ToolOption {
	return m.WithString("path", m.Required(), m.Description("Where it is"))
}
