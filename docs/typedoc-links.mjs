// Resolves links in comments to what another file or entry exports, by its name.
import { ReflectionKind } from "typedoc";

export function load(app) {
  app.converter.addUnknownSymbolResolver(({ symbolReference }, { project }, link) => {
    // It is asked about types of other packages, too.
    if (link === undefined) return undefined;
    const name = symbolReference?.path?.[0]?.path;
    const target = project
      .getReflectionsByKind(ReflectionKind.Module)
      .flatMap(({ children = [] }) => children)
      .find((child) => child.name === name);
    return target && { target };
  });
}
