// The AI SDK: what generateText sends of the tools of @ai-sdk/mcp; flavours openai and google.
import { drive, flavour, load } from "./drive.mjs";

const { generateText } = await load("ai");
const { createMCPClient, experimental_createMCPClient } = await load("@ai-sdk/mcp");
const { Experimental_StdioMCPTransport } = await load("@ai-sdk/mcp/mcp-stdio");
const connect = createMCPClient ?? experimental_createMCPClient;

const asked = [];
const ANSWERS = {
  google: {
    candidates: [{ content: { role: "model", parts: [{ text: "Done." }] }, finishReason: "STOP" }],
    usageMetadata: { promptTokenCount: 1, candidatesTokenCount: 1, totalTokenCount: 2 },
  },
  openai: {
    id: "r1",
    created_at: 1,
    model: "mock",
    output: [
      {
        type: "message",
        id: "m1",
        role: "assistant",
        content: [{ type: "output_text", text: "Done.", annotations: [] }],
      },
    ],
    usage: { input_tokens: 1, output_tokens: 1 },
  },
};

async function fetch(_url, request) {
  asked.push(JSON.parse(request.body));
  return Response.json(ANSWERS[flavour]);
}

async function makeModel() {
  if (flavour === "google") {
    const { createGoogleGenerativeAI } = await load("@ai-sdk/google");
    return createGoogleGenerativeAI({ apiKey: "none", fetch })("gemini-2.5-pro");
  }
  const { createOpenAI } = await load("@ai-sdk/openai");
  return createOpenAI({ apiKey: "none", fetch })("gpt-4.1");
}

const model = await makeModel();

async function listTools(server) {
  const client = await connect({ transport: new Experimental_StdioMCPTransport(server) });
  const close = () => client.close();
  try {
    return { listed: await client.tools(), close };
  } catch (error) {
    await close().catch(() => {});
    throw error;
  }
}

async function bind(tools) {
  asked.length = 0;
  await generateText({ model, tools, prompt: "Say done.", maxRetries: 0 });
  const sent = asked.flatMap((body) => body.tools ?? []);
  return sent
    .flatMap((tool) => tool.functionDeclarations ?? [tool])
    .map((tool) => ({
      name: tool.name,
      description: tool.description,
      schema: tool.parameters,
      ...(tool.strict === undefined ? {} : { strict: tool.strict }),
    }));
}

await drive(listTools, bind);
