import { File } from "@asyncapi/generator-react-sdk";

export default async function ({ params }) {
  const { renderFile } = await import(params.codegen);
  const text = await renderFile(params.contract, "python", "src/latido/events.py");
  return <File name="events.py">{text}</File>;
}
