package com.acme

import io.modelcontextprotocol.kotlin.sdk.server.Server
import io.modelcontextprotocol.kotlin.sdk.types.*
import kotlinx.serialization.json.*

private const val STATE = "state"

object Texts {
    val alerts = """
        Get the alerts
          of a $STATE.
    """.trimIndent()
}

fun register(server: Server, name: String) {
    server.addTool(
        name = "get_alerts",
        description = Texts.alerts,
        inputSchema = ToolSchema(
            properties = buildJsonObject {
                putJsonObject(STATE) {
                    put("type", "string")
                    put("description", "Two-letter " + "code")
                }
                put("limit", buildJsonObject { put("type", JsonPrimitive("integer")) })
                putJsonObject("kinds") {
                    put("type", "array")
                    putJsonObject("items") { putJsonArray("enum") { add("a"); add("b") } }
                }
            },
            required = listOf(STATE),
        ),
        toolAnnotations = ToolAnnotations(readOnlyHint = true),
    ) { request -> handle(request) }

    server.addTool("ping", "Ping ${'$'}1.") { handle(it) }
    server.addTool(name = name, description = "Of a name that is given.") { handle(it) }
    server.addTool(
        name = "made",
        description = System.getenv("TEXT"),
        inputSchema = ToolSchema(buildJsonObject { for (key in keys) put(key, 1) }),
    ) { handle(it) }

    val tool = Tool(name = "other", description = "Other.", inputSchema = ToolSchema(properties = buildJsonObject {}))
    server.addTool(tool, ::handle)
    println("server.addTool(name = \"in_a_text\")")
}
