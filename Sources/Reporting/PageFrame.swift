/// A self-contained page: loads nothing and runs nothing.
///
/// - Parameters:
///   - title: Plain text, also the first heading.
///   - header: HTML below the first heading.
///   - main: HTML of the page.
/// - Returns: The document.
func htmlPage(title: String, header: String, main: String) -> String {
  """
  <!doctype html>
  <html lang="en">
  <head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <link rel="icon" href="data:,">
  <title>\(xmlEscaped(title))</title>
  <style>
  \(pageStyle)
  </style>
  </head>
  <body>
  <header>
  <h1>\(xmlEscaped(title))</h1>
  \(header)
  </header>
  <main>
  \(main)
  </main>
  </body>
  </html>

  """
}
