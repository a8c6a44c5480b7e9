package com.acme;

import org.springframework.ai.mcp.annotation.McpTool;
import org.springframework.ai.mcp.annotation.McpTool.McpAnnotations;
import org.springframework.ai.mcp.annotation.McpToolParam;
import org.springframework.ai.mcp.annotation.McpProgressToken;

public class Tools {

    @McpTool(name = "delete", title = "Delete", description = "Delete it.",
            annotations = @McpTool.McpAnnotations(idempotentHint = true, title = "Remove"))
    public String delete(@McpToolParam(description = "Which") String id, @McpProgressToken String token) {
        return "";
    }

    @McpTool(description = "Count.", generateOutputSchema = true)
    public Long count() {
        return 0L;
    }
}
