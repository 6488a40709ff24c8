/** A fault that the plan made: it is no fault of the server that meets it. */
export class Trouble extends Error {}
