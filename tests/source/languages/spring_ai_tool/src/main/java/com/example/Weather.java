package com.example;

import java.util.List;
import java.util.Optional;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.springframework.ai.chat.model.ToolContext;
import org.springframework.ai.tool.annotation.Tool;
import org.springframework.ai.tool.annotation.ToolParam;

import static com.example.Texts.ALERTS;

public class Weather {

    enum Unit { CELSIUS, FAHRENHEIT }

    record Place(@ToolParam(description = "Degrees north") double latitude,
                 @JsonProperty("lon") @ToolParam(required = false) double longitude) {}

    private static final String STATE = "Two-letter" + " code";

    @Tool(name = "get_alerts", description = ALERTS)
    public String alerts(@ToolParam(description = STATE) String state,
                         @ToolParam(required = false) Integer limit,
                         ToolContext context) {
        return "@Tool";
    }

    @Tool
    public String forecast(Place place, List<Unit> units, Optional<String> note) {
        return "";
    }

    @dev.langchain4j.agent.tool.Tool("Of another library.")
    public String other(String x) {
        return "";
    }
}
