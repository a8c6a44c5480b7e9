package com.acme;

import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import java.util.List;
import java.util.Map;

public class Server {

    private static final String SCHEMA = """
        {"type": "object", "properties": {"a": {"type": "string", "description": "An a"}}}
        """;

    void register(McpSyncServer server, String given) {
        var one = new Tool("one", "The " + "first.", SCHEMA);
        var two = McpSchema.Tool.builder()
            .name("two")
            .title("Second")
            .description("The second.")
            .inputSchema(new McpSchema.JsonSchema("object", Map.of("b", Map.of("type", "integer")), List.of("b"), null, null, null))
            .annotations(new McpSchema.ToolAnnotations(null, true, false, null, null, null))
            .build();
        var three = Tool.builder("three", Map.of("type", "object")).description(given).build();
        var four = Tool.builder().name("four").description("Unfinished.");
        four.description("Other.");
        var five = Tool.builder().name(given).build();
        var six = new com.other.Tool("six", "No tool.", SCHEMA);
        var seven = Other.Tool.builder().name("seven").build();
    }

    void more(McpSyncServer server) {
        register(server, System.getenv("TEXT"));
    }
}
