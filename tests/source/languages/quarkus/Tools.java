package com.acme;

import io.quarkiverse.mcp.server.Tool;
import io.quarkiverse.mcp.server.ToolArg;
import io.quarkiverse.mcp.server.McpLog;
import java.util.Optional;

public class Tools {

    @Tool(description = "Say it.", annotations = @Tool.Annotations(readOnlyHint = true))
    String say(@ToolArg(name = "what", description = "The words") String words,
               @ToolArg(required = false) int times,
               @ToolArg(defaultValue = "x") String mark,
               Optional<String> note,
               McpLog log) {
        return words;
    }

    @Tool(name = Names.LIST)
    String list() {
        return "";
    }
}
