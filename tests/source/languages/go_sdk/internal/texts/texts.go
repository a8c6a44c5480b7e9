package texts

// Add describes add_note.
const Add = `Add a note.

Keep it short.`

type Position struct {
	Line int `json:"line"`
}
