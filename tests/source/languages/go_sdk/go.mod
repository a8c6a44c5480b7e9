module example.org/notes

go 1.24

require (
	github.com/google/jsonschema-go v0.4.2
	github.com/modelcontextprotocol/go-sdk v1.7.1
)
