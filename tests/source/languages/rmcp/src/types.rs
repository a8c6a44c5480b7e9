#[derive(JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    WholePage,
    Summary,
}
