import { File } from "@asyncapi/generator-react-sdk";

export default async function ({ params }) {
  const { renderFile } = await import(params.codegen);
  const text = await renderFile(params.contract, "typescript", "events.ts");
  return <File name="events.ts">{text}</File>;
}
