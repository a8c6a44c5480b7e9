package main

import (
	"context"
	"os"
	"time"

	"example.org/notes/internal/texts"
	"github.com/google/jsonschema-go/jsonschema"
	"github.com/modelcontextprotocol/go-sdk/mcp"
)

type base struct {
	Owner string `json:"owner" jsonschema:"whose note it is"`
}

type level string

type noteInput struct {
	base
	Title  string            `json:"title"`
	Level  level             `json:"level,omitempty" jsonschema:"how urgent"`
	Tags   []string          `json:"tags,omitempty"`
	Due    *time.Time        `json:"due,omitempty"`
	Counts map[string]uint8  `json:"counts,omitzero"`
	Inner  struct{ A bool }  `json:"-"`
	Other  texts.Position    `json:"position,omitempty"`
	Any    any               `json:"any,omitempty"`
	Each   map[string]any    `json:"each,omitempty" jsonschema:"anything"`
	hidden int
}

type result struct {
	ID int64 `json:"id"`
}

type service struct{}

func (s *service) add(ctx context.Context, req *mcp.CallToolRequest, in noteInput) (*mcp.CallToolResult, result, error) {
	return nil, result{}, nil
}

func withPage(schema *jsonschema.Schema) *jsonschema.Schema {
	schema.Properties["page"] = &jsonschema.Schema{Type: "integer", Minimum: jsonschema.Ptr(1.0)}
	return schema
}

func main() {
	server := mcp.NewServer(&mcp.Implementation{Name: "notes"}, nil)
	s := &service{}
	yes := true
	mcp.AddTool(server, &mcp.Tool{
		Name:        "add_note",
		Description: texts.Add,
		Annotations: &mcp.ToolAnnotations{Title: "Add", DestructiveHint: &yes},
	}, s.add)

	schema := &jsonschema.Schema{
		Type: "object",
		Properties: map[string]*jsonschema.Schema{
			"query": {Type: "string", Description: "What to look for", Enum: []any{"a", "b"}},
			"sort":  sortedBy(),
		},
		Required: []string{"query"},
	}
	withPage(schema)
	tool := &mcp.Tool{Name: "search", InputSchema: schema}
	tool.Description = "Search."
	server.AddTool(tool, nil)

	mcp.AddTool(server, &mcp.Tool{Name: "ping"}, func(ctx context.Context, req *mcp.CallToolRequest, in any) (*mcp.CallToolResult, any, error) {
		return nil, nil, nil
	})

	changed := &mcp.Tool{Name: "changed", Description: "Before."}
	decorate(changed)
	mcp.AddTool(server, changed, s.add)
	_ = mcp.Tool{}
}

func decorate(tool *mcp.Tool) {
	if os.Getenv("X") == "" {
		tool.Description = "After."
	}
}

func sortedBy() *jsonschema.Schema {
	println("not only a return")
	return nil
}
