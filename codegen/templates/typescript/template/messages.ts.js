import { File } from "@asyncapi/generator-react-sdk";

export default async function ({ params }) {
  const { renderFile } = await import(params.codegen);
  const text = await renderFile(params.contract, "typescript", "messages.ts");
  return <File name="messages.ts">{text}</File>;
}
