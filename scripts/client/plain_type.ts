/** Writes out a type in full, so that whoever uses it needs nothing that it was made from. */
import ts from "typescript";
import { descriptionOf, elementOf, fieldsOf } from "./zod_shape.ts";

/**
 * The text of `type`: objects, arrays and unions in full, with what the zod schema that it was inferred from says of its
 * fields as comments. Throws on what cannot be written out: a function, a type parameter, `any`.
 */
export function plainType(checker: ts.TypeChecker, type: ts.Type, schema?: unknown, indent = ""): string {
  if (type.flags & ts.TypeFlags.Boolean) return "boolean"; // which is a union, too
  if (type.isUnion()) return plainUnion(checker, type.types, schema, indent);
  if (checker.isTupleType(type)) {
    return `[${
      elementsOf(checker, type).map((part) => plainType(checker, part, undefined, indent)).join(", ")
    }]`;
  }
  if (checker.isArrayType(type)) {
    const [element] = elementsOf(checker, type);
    if (!element) throw new Error(`${textOf(checker, type)} has no element`);
    const text = plainType(checker, element, elementOf(schema), indent);
    return element.isUnion() ? `(${text})[]` : `${text}[]`;
  }
  if (type.flags & ts.TypeFlags.Object || type.isIntersection()) {
    return plainObject(checker, type, schema, indent);
  }
  if (type.flags & (ts.TypeFlags.Any | ts.TypeFlags.TypeParameter)) {
    throw new Error(`${textOf(checker, type)} cannot be written out`);
  }
  return textOf(checker, type);
}

function plainUnion(
  checker: ts.TypeChecker,
  parts: readonly ts.Type[],
  schema: unknown,
  indent: string,
): string {
  const isTruth = (part: ts.Type) => (part.flags & ts.TypeFlags.BooleanLiteral) !== 0;
  const isNothing = (part: ts.Type) => (part.flags & (ts.TypeFlags.Null | ts.TypeFlags.Undefined)) !== 0;
  const truths = parts.filter(isTruth);
  const texts = [
    ...parts.filter((part) => !isTruth(part) && !isNothing(part)).map((part) =>
      plainType(checker, part, schema, indent)
    ),
    ...truths.length === 2 ? ["boolean"] : truths.map((part) => textOf(checker, part)),
    ...parts.filter(isNothing).map((part) => textOf(checker, part)),
  ];
  return texts.join(" | ");
}

function plainObject(checker: ts.TypeChecker, type: ts.Type, schema: unknown, indent: string): string {
  if (type.getCallSignatures().length > 0) throw new Error(`${textOf(checker, type)} is a function`);
  const deeper = `${indent}  `;
  const fields = fieldsOf(schema);
  const known = checker.getPropertiesOfType(type).flatMap((property) => {
    const field = fields[property.name];
    const said = descriptionOf(field)?.replaceAll("*/", "*\\/");
    const comment = said ? [`${deeper}/** ${said} */`] : [];
    return [...comment, `${deeper}${plainProperty(checker, property, field, deeper)};`];
  });
  const others = checker.getIndexInfosOfType(type).map(({ keyType, type: value }) =>
    `${deeper}[key: ${textOf(checker, keyType)}]: ${plainType(checker, value, undefined, deeper)};`
  );
  const lines = [...known, ...others];
  return lines.length === 0 ? "Record<string, never>" : `{\n${lines.join("\n")}\n${indent}}`;
}

function plainProperty(checker: ts.TypeChecker, property: ts.Symbol, field: unknown, indent: string): string {
  const name = /^[A-Za-z_$][\w$]*$/.test(property.name) ? property.name : JSON.stringify(property.name);
  const type = checker.getTypeOfSymbol(property);
  if (!(property.flags & ts.SymbolFlags.Optional)) {
    return `${name}: ${plainType(checker, type, field, indent)}`;
  }
  const parts = (type.isUnion() ? type.types : [type]).filter((part) =>
    !(part.flags & ts.TypeFlags.Undefined)
  );
  return `${name}?: ${plainUnion(checker, parts, field, indent)}`;
}

function elementsOf(checker: ts.TypeChecker, type: ts.Type): readonly ts.Type[] {
  return checker.getTypeArguments(type as ts.TypeReference);
}

function textOf(checker: ts.TypeChecker, type: ts.Type): string {
  return checker.typeToString(type, undefined, ts.TypeFormatFlags.NoTruncation);
}
