import dagre from '@dagrejs/dagre';

export interface Size {
  width: number;
  height: number;
}
export interface Placed {
  id: string;
  x: number;
  y: number;
}
export interface Layout {
  boxes: Placed[];
  down: boolean;
  scale: number;
}

/** Places boxes of one size so that arrows go one way, to the right or downwards: whichever shows them larger in `room`. */
export function place(ids: string[], needs: [string, string][], size: Size, room: Size): Layout {
  const [right, down] = [false, true].map((way) => placeOneWay(ids, needs, size, room, way));
  return right.scale >= down.scale ? right : down;
}

function placeOneWay(ids: string[], needs: [string, string][], size: Size, room: Size, down: boolean): Layout {
  const graph = new dagre.graphlib.Graph();
  graph.setGraph({ rankdir: down ? 'TB' : 'LR', nodesep: down ? 18 : 22, ranksep: down ? 36 : 56 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const id of ids) graph.setNode(id, { ...size });
  for (const [from, to] of needs) graph.setEdge(from, to);
  dagre.layout(graph);
  const boxes = ids.map((id) => {
    const { x, y } = graph.node(id);
    return { id, x: x - size.width / 2, y: y - size.height / 2 };
  });
  const { width = 1, height = 1 } = graph.graph();
  return { boxes, down, scale: Math.min(1, room.width / width, room.height / height) };
}
