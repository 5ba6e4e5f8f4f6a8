import { commonTexts } from "../texts/common.ts";
import { useTexts } from "../texts/use_texts.ts";

export function Loading() {
  const { loading } = useTexts(commonTexts);
  return (
    <p className="loading" role="status">
      <span className="spinner" aria-hidden="true" />
      {loading}
    </p>
  );
}
