/** Where a node is taken hold of: by pointer, or by the arrow keys. */
import { useRef } from "react";
import { Icon } from "../ui/icon.tsx";

const STEP = 16;
const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-STEP, 0],
  ArrowRight: [STEP, 0],
  ArrowUp: [0, -STEP],
  ArrowDown: [0, STEP],
};

interface Props {
  label: string;
  onMove: (dx: number, dy: number) => void;
  onDrop: () => void;
}

export function MoveHandle({ label, onMove, onDrop }: Props) {
  const moved = useRef(false);
  const drop = () => {
    if (moved.current) onDrop();
    moved.current = false;
  };
  const move = (dx: number, dy: number) => {
    if (dx === 0 && dy === 0) return;
    moved.current = true;
    onMove(dx, dy);
  };
  return (
    <button
      type="button"
      className="move-handle"
      aria-label={label}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={(event) => {
        if (event.currentTarget.hasPointerCapture(event.pointerId)) move(event.movementX, event.movementY);
      }}
      onPointerUp={drop}
      onPointerCancel={drop}
      onKeyDown={(event) => {
        const way = ARROWS[event.key];
        if (!way) return;
        event.preventDefault(); // the sheet would scroll
        move(...way);
      }}
      onBlur={drop}
    >
      <Icon name="move" size={18} />
    </button>
  );
}
