export { fileOutbox, filePositions } from "./file-stores.js";
