import { XmlShapeSerializer } from '@aws-sdk/core/protocols';
import { NormalizedSchema } from '@smithy/core/schema';
import type { OperationSchema } from './operation.ts';

/** Smithy's code for `date-time`, the timestamp format of every XML protocol's bodies. */
const dateTime = 5;

/** Members of a shape as XML, without the element around them. */
export function xmlMembers(schema: OperationSchema[5], value: object): string {
  // A client gives the shape of an operation without output as a function.
  if (NormalizedSchema.of(schema).isUnitSchema()) return '';
  const serializer = new XmlShapeSerializer({
    timestampFormat: { useTrait: true, default: dateTime },
    httpBindings: false,
    xmlNamespace: '',
    serviceNamespace: '',
  });
  serializer.write(schema as Parameters<XmlShapeSerializer['write']>[0], value);
  const xml = String(serializer.flush());
  const end = xml.lastIndexOf('</');
  return end === -1 ? '' : xml.slice(xml.indexOf('>') + 1, end);
}

export function xmlText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
