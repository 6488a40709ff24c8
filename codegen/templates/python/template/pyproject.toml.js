import { File } from "@asyncapi/generator-react-sdk";

export default async function ({ params }) {
  const { renderFile } = await import(params.codegen);
  const text = await renderFile(params.contract, "python", "pyproject.toml");
  return <File name="pyproject.toml">{text}</File>;
}
