import { File } from "@asyncapi/generator-react-sdk";

export default async function ({ params }) {
  const { renderFile } = await import(params.codegen);
  const text = await renderFile(params.contract, "go", "protocol/decode.go");
  return <File name="decode.go">{text}</File>;
}
