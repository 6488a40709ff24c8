import { File } from "@asyncapi/generator-react-sdk";

export default async function ({ params }) {
  const { renderFile } = await import(params.codegen);
  const text = await renderFile(params.contract, "python", "src/latido/messages.py");
  return <File name="messages.py">{text}</File>;
}
