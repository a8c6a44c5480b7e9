use rmcp::{handler::server::wrapper::Parameters, tool, tool_router};
use serde_json::Value;

mod types;
use crate::types::Kind;

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Args {
    /// The page to get,
    /// in full.
    ///
    /// More.
    pub page_name: String,
    /// How many.
    max_count: Option<u32>,
    #[serde(default)]
    deep: bool,
    #[serde(rename = "kind", default = "any")]
    #[schemars(description = "Of what kind.")]
    k: Kind,
    #[serde(skip)]
    hidden: i32,
    raw: Value,
    tags: Vec<String>,
    counts: std::collections::HashMap<String, i64>,
    inner: Option<Inner>,
    #[schemars(range(min = 1))]
    rank: i64,
}

#[derive(JsonSchema)]
struct Inner {
    again: Vec<Inner>,
    other: elsewhere::Thing,
}

#[tool_router]
impl Pages {
    /// Gets a page.
    ///
    /// Use it.
    #[tool(annotations(title = "Get", read_only_hint = true))]
    async fn get_page(&self, Parameters(a): Parameters<Args>) -> Result<Json<Page>, Error> {
        todo!()
    }

    #[tool(name = "two", title = "Second", description = r#"Raw "text"."#)]
    fn second(&self) -> String {
        todo!()
    }

    #[tool(description = "Long \
        line.\n")]
    fn third(&self, Parameters(a): Parameters<elsewhere::Thing>) -> String {
        todo!()
    }

    #[other::tool(description = "Of another library.")]
    fn other(&self) {}

    // #[tool(description = "In a comment.")]
    fn commented(&self) -> &str {
        "#[tool]"
    }
}
