import {h, fill} from './dom.js';
import {chartLibrary} from './vendor.js';

export const colors = ['#3b82c4', '#e08a2e', '#4aa564', '#c9504c', '#8b68b8', '#8d6b52', '#d47bb0', '#7f8790', '#b0b13c', '#3fb0bd'];

/** A chart that can be given new data; a table where there is no chart library. */
export class Chart {
  /**
   * @param kind 'line', 'bar' or 'scatter', whose values are points {x, y}
   * @param hasPoints whether a line shows its values too, such as one with gaps between them
   */
  constructor(kind, {stacked = false, horizontal = false, hasPoints = kind === 'scatter'} = {}) {
    Object.assign(this, {kind, stacked, horizontal, hasPoints});
    this.element = h('.chart');
    this.library = chartLibrary();
  }

  /** @param labels of the x axis. @param series [{name, values}]. */
  async show(labels, series) {
    const Library = await this.library;
    if (!Library) return this.showTable(labels, series);
    const datasets = series.map((one, index) => ({
      label: one.name, data: one.values, backgroundColor: colors[index % colors.length],
      borderColor: colors[index % colors.length], borderWidth: this.kind === 'line' ? 1.5 : 0, pointRadius: this.hasPoints ? 2 : 0,
      fill: this.stacked && this.kind === 'line', tension: 0,
    }));
    if (this.chart) {
      this.chart.data.labels = labels;
      this.chart.data.datasets.length = datasets.length;
      datasets.forEach((dataset, index) => {
        this.chart.data.datasets[index] = Object.assign(this.chart.data.datasets[index] ?? {}, dataset);
      });
      this.chart.options.plugins.legend.display = series.length > 1;
      return this.chart.update('none');
    }
    const canvas = h('canvas', {role: 'img', 'aria-label': series.map(one => one.name).join(', ')});
    fill(this.element, canvas);
    const css = getComputedStyle(document.documentElement);
    const probe = h('span', {style: {color: 'var(--faint)', borderColor: 'var(--line)'}});
    this.element.append(probe);
    const text = getComputedStyle(probe).color;
    const line = getComputedStyle(probe).borderColor;
    probe.remove();
    const axis = {ticks: {color: text, maxRotation: 0, autoSkip: true}, grid: {color: line}, stacked: this.stacked, beginAtZero: true};
    this.chart = new Library(canvas, {
      type: this.kind, data: {labels, datasets},
      options: {
        animation: false, responsive: true, maintainAspectRatio: false, indexAxis: this.horizontal ? 'y' : 'x',
        interaction: {mode: 'index', intersect: false},
        scales: {x: {...axis, beginAtZero: this.kind !== 'scatter', ticks: {...axis.ticks}}, y: {...axis, ticks: {...axis.ticks, autoSkip: !this.horizontal}}},
        plugins: {legend: {display: series.length > 1, labels: {color: text, boxWidth: 12}}},
      },
    });
  }

  showTable(labels, series) {
    this.element.classList.add('scroll');
    fill(this.element, h('table',
      h('tr', h('th'), series.map(one => h('th.number', one.name))),
      labels.slice(-50).map((label, index, shown) => h('tr', h('td', label),
        series.map(one => h('td.number', one.values[labels.length - shown.length + index]))))));
  }

  destroy() { this.chart?.destroy(); }
}
