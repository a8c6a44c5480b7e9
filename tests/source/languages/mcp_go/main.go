package main

import (
	"encoding/json"
	"fmt"
	"os"

	m "github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"
	"github.com/other/library"
)

type query struct {
	Text  string `json:"text" jsonschema_description:"What to look for"`
	Limit int    `json:"limit,omitempty" jsonschema:"description=How many"`
}

func main() {
	s := server.NewMCPServer("files", "1")
	s.AddTool(m.NewTool("read_file",
		m.WithDescription(READ),
		withPath(),
		m.WithString("kind", m.Description(fmt.Sprintf("One of %s", kinds)), m.Enum(allKinds...), m.DefaultString("text")),
		m.WithNumber("lines", m.Min(1), m.Max(100)),
		m.WithArray("tags", m.WithStringItems(m.Description("A tag"))),
		m.WithReadOnlyHintAnnotation(true),
		m.WithTitleAnnotation("Read \u00e9"),
	), handle)

	s.AddTool(m.NewToolWithRawSchema("raw", "Raw.", json.RawMessage(`{"type": "object", "properties": {"a": {"type": "string"}}}`)), handle)

	s.AddTool(m.NewTool("from_environment", m.WithDescription(os.Getenv("TEXT"))), handle)
	s.AddTool(m.NewTool("other_options", m.WithDescription("Some."), library.Option()), handle)

	find := m.NewTool("find", m.WithInputSchema[query]())
	if os.Getenv("LONG") != "" {
		find.Description = "Find."
	}
	s.AddTool(find, handle)

	list := readOnly("list", "List.", m.WithReadOnlyHintAnnotation(true))
	s.AddTool(list, handle)
	for _, name := range os.Args {
		s.AddTool(m.NewTool(name), handle)
	}
	library.NewTool("no_tool", library.Tool{Name: "neither"})
	fmt.Println("mcp.NewTool(\"in_a_text\")") // m.NewTool("in_a_comment")
}
