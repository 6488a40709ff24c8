import { File } from "@asyncapi/generator-react-sdk";

export default async function ({ params }) {
  const { renderFile } = await import(params.codegen);
  const text = await renderFile(params.contract, "go", "protocol/doc.go");
  return <File name="doc.go">{text}</File>;
}
