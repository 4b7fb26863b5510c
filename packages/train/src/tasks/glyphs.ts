/** Ten digits on a grid of 5 by 7, our own drawing: # is ink. */
const drawn = [
  '.###.|#...#|#...#|#...#|#...#|#...#|.###.',
  '..#..|.##..|#.#..|..#..|..#..|..#..|#####',
  '.###.|#...#|....#|..##.|.#...|#....|#####',
  '####.|....#|....#|.###.|....#|....#|####.',
  '#..#.|#..#.|#..#.|#####|...#.|...#.|...#.',
  '#####|#....|#....|####.|....#|....#|####.',
  '..##.|.#...|#....|####.|#...#|#...#|.###.',
  '#####|....#|...#.|...#.|..#..|..#..|..#..',
  '.###.|#...#|#...#|.###.|#...#|#...#|.###.',
  '.###.|#...#|#...#|.####|....#|...#.|.##..',
];

export const glyphWidth = 5;
export const glyphHeight = 7;

/** 1 for ink, 0 for paper: of each digit its rows, from the top. */
export const glyphs: readonly (readonly (readonly number[])[])[] = drawn.map((glyph) =>
  glyph.split('|').map((row) => Array.from(row, (dot) => (dot === '#' ? 1 : 0))),
);
