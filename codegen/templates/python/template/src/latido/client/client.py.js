import { File } from "@asyncapi/generator-react-sdk";

export default async function ({ params }) {
  const { renderFile } = await import(params.codegen);
  const text = await renderFile(params.contract, "python", "src/latido/client/client.py");
  return <File name="client.py">{text}</File>;
}
