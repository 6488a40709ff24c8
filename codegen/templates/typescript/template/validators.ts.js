import { File } from "@asyncapi/generator-react-sdk";

export default async function ({ params }) {
  const { renderFile } = await import(params.codegen);
  const text = await renderFile(params.contract, "typescript", "validators.ts");
  return <File name="validators.ts">{text}</File>;
}
