extension Figure {
  /// Lays out one panel with its legend above the frame, so that nothing drawn can meet it.
  ///
  /// - Parameters:
  ///   - name: File name without extension.
  ///   - caption: One sentence.
  ///   - heading: Line above the frame.
  ///   - x: Horizontal axis.
  ///   - y: Vertical axis.
  ///   - height: Height of the frame.
  ///   - entries: The legend.
  ///   - draw: Draws into the panel and gives the numbers behind the figure.
  /// - Returns: The figure, 640 wide.
  static func framed(
    name: String, caption: RichText, heading: FigureHeading, x: Axis, y: Axis, height: Double,
    legend entries: [Legend.Entry], draw: (inout Panel) -> [FigureTable.Column]
  ) -> Figure {
    let width = 640.0
    let left = 18 + Lettering.title + Panel.tickLabelWidth(y, height: height)
    let legend = Legend(entries: entries)
    let legendHeight = legend.rowsHeight(width: width - left - 26)
    let box = Box(
      x: left, y: FigureHeading.height + legendHeight + 8, width: width - left - 26, height: height)
    var panel = Panel(id: "\(name)-frame", box: box, x: x, y: y)
    let columns = draw(&panel)
    let top = Box(x: box.x, y: FigureHeading.height, width: box.width, height: 0)
    return Figure(
      name: name, caption: caption, width: width, height: box.bottom + 62,
      content: heading.svg(over: top)
        + legend.rows(x: box.x, y: FigureHeading.height, width: box.width) + panel.svg(),
      table: FigureTable(columns))
  }
}
