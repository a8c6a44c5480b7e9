package main

import (
	mcp "github.com/metoro-io/mcp-golang"
)

type Content struct {
	Title string  `json:"title" jsonschema:"required,description=The title to show"`
	Note  *string `json:"note" jsonschema:"description=A note\\, if any"`
	Size  int     `json:"size" jsonschema:"minimum=1"`
}

func main() {
	server := mcp.NewServer(nil)
	err := server.RegisterTool("show", "Show it.", func(arguments Content) (*mcp.ToolResponse, error) {
		return nil, nil
	})
	err = server.RegisterPrompt("a_prompt", "No tool.", nil)
	panic(err)
}
