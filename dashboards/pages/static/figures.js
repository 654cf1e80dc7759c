// The only place that calls Plotly. Its cloud button is off before anything is drawn, and stays off.
Plotly.setPlotConfig({
  showSendToCloud: false,
  plotlyServerURL: "",
  displaylogo: false,
  displayModeBar: false,
  responsive: true,
});

const NARROW = 480;
const MOST_DATES = 8;
const pen = document.createElement("canvas").getContext("2d");

// Each band carries its word twice, long as its label and short as its name: what fits is written, else nothing.
function fittingWords(shapes, { xaxis, font }) {
  const [first, last] = xaxis.range.map((day) => new Date(day).getTime());
  pen.font = `12px ${font.family}`;
  return shapes.map((shape) => {
    if (!shape.label) return shape;
    const days = Math.min(new Date(shape.x1), last) - Math.max(new Date(shape.x0), first);
    const room = (days / (last - first)) * xaxis._length - 5;
    const text = [shape.label.text, shape.name].find((word) => word && pen.measureText(word).width <= room);
    return { ...shape, label: { ...shape.label, text: text ?? "" } };
  });
}

// Titles of rows begin at the left edge, whatever room the words of the axes take.
function titlesAtEdge(annotations, { _size }) {
  return annotations.map((note) => (note.xref === "paper" ? { ...note, xshift: -_size.l } : note));
}

async function draw(place) {
  const response = await fetch(place.dataset.figure, { headers: { Accept: "application/json" } });
  if (!response.ok) throw new Error(`the figure answered ${response.status}`);
  const { data, layout, language } = await response.json();
  Plotly.register(language);
  Plotly.setPlotConfig({ locale: language.name });
  if (place.clientWidth < NARROW) layout.font = { size: 11 };
  const { shapes = [], annotations = [] } = layout;
  await Plotly.newPlot(place, data, { ...layout, shapes: [], annotations: [] });
  const fit = () => Plotly.relayout(place, {
    "xaxis.nticks": Math.max(2, Math.min(MOST_DATES, Math.floor(place._fullLayout.xaxis._length / 45))),
    shapes: fittingWords(shapes, place._fullLayout),
    annotations: titlesAtEdge(annotations, place._fullLayout),
  });
  await fit();
  place.on("plotly_relayout", (change) => change.autosize && fit());
  for (const picture of place.querySelectorAll("svg")) picture.setAttribute("aria-hidden", "true");
  place.dataset.state = "drawn";
}

for (const place of document.querySelectorAll("[data-figure]")) {
  // The sentence and the table beside it stay readable whatever happens here.
  draw(place).catch(() => {
    place.dataset.state = "failed";
    place.removeAttribute("role");
    place.textContent = place.dataset.failed;
  });
}
