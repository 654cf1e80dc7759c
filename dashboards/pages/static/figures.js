// The only place that calls Plotly. Its cloud button is off before anything is drawn, and stays off.
Plotly.setPlotConfig({
  showSendToCloud: false,
  plotlyServerURL: "",
  displaylogo: false,
  displayModeBar: false,
  responsive: true,
});

async function draw(place) {
  const response = await fetch(place.dataset.figure, { headers: { Accept: "application/json" } });
  if (!response.ok) throw new Error(`the figure answered ${response.status}`);
  const figure = await response.json();
  Plotly.register(figure.language);
  Plotly.setPlotConfig({ locale: figure.language.name });
  figure.layout.xaxis.nticks = Math.max(2, Math.min(figure.layout.xaxis.nticks, Math.floor(place.clientWidth / 90)));
  await Plotly.newPlot(place, figure.data, figure.layout);
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
