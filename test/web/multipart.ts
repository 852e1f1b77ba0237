const BOUNDARY = 'a-boundary-that-no-file-has';

/** The content type of a form with a file. */
export const FORM_TYPE = `multipart/form-data; boundary=${BOUNDARY}`;
export const FORM_END = `--${BOUNDARY}--\r\n`;

const partHead = (disposition: string) =>
  `--${BOUNDARY}\r\nContent-Disposition: form-data; ${disposition}\r\n`;

export const fieldPart = (name: string, value: string) =>
  `${partHead(`name="${name}"`)}\r\n${value}\r\n`;

export const fileHead = (name = 'plan.csv') =>
  `${partHead(`name="plan"; filename="${name}"`)}Content-Type: text/csv\r\n\r\n`;

export const filePart = (csv: string, name?: string) => `${fileHead(name)}${csv}\r\n`;
