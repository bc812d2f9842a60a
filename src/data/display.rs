//! Frames and series as text: head and tail, names, types, shape; and frames as HTML for notebooks.

use crate::data::column::Column;
use crate::data::frame::Frame;
use crate::data::series::Series;
use crate::data::text::{cells, cut, grouped, is_right_aligned, one_line, width};
use std::fmt::{self, Write};

/// How much of a frame is shown.
///
/// # Examples
/// ```
/// use hypostyle::{DisplayOptions, Frame};
/// let frame = Frame::builder().column("x", (0..100i64).collect::<hypostyle::Column>()).finish()?;
/// let text = frame.to_text(&DisplayOptions { max_rows: 2, ..DisplayOptions::default() });
/// assert_eq!(text, "    x\nint64\n─────\n    0\n    …\n   99\n100 rows × 1 column");
/// # Ok::<(), hypostyle::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DisplayOptions {
    /// Rows shown; of longer frames, the first and the last.
    pub max_rows: usize,
    /// Columns shown; of wider frames, the first and the last.
    pub max_columns: usize,
    /// Characters in a line; fewer columns are shown to keep to it. At least the first column is.
    pub max_width: usize,
    /// Characters of one value; longer ones are cut.
    pub max_value_width: usize,
}

impl Default for DisplayOptions {
    fn default() -> Self {
        DisplayOptions { max_rows: 10, max_columns: 20, max_width: 120, max_value_width: 32 }
    }
}

/// A column as it will be printed.
struct Shown {
    name: String,
    dtype: String,
    right: bool,
    /// The first rows.
    head: Vec<String>,
    /// The last rows, if others were left out.
    tail: Vec<String>,
}

impl Shown {
    fn new(name: &str, dtype: &crate::data::DType, chunks: [&[Column]; 2], options: &DisplayOptions) -> Self {
        let short = |text: &str| cut(&one_line(text), options.max_value_width);
        // Both ends at once, so that they have the same decimals.
        let both: Vec<Column> = chunks.concat();
        let first: usize = chunks[0].iter().map(Column::len).sum();
        let mut head: Vec<String> =
            cells(&both).iter().map(|text| cut(text, options.max_value_width)).collect();
        let tail = head.split_off(first);
        let right = is_right_aligned(dtype);
        Shown { name: short(name), dtype: short(&dtype.to_string()), right, head, tail }
    }

    /// A column of `…` in the place of others.
    fn elision(like: &Shown) -> Self {
        let dots = |texts: &[String]| texts.iter().map(|_| "…".to_owned()).collect();
        let (head, tail) = (dots(&like.head), dots(&like.tail));
        Shown { name: "…".to_owned(), dtype: "…".to_owned(), right: false, head, tail }
    }

    fn width(&self) -> usize {
        let texts = self.head.iter().chain(&self.tail).chain([&self.name, &self.dtype]);
        texts.map(|text| width(text)).max().unwrap_or(0)
    }

    fn lines(&self, elided: bool) -> Vec<&str> {
        let mut lines: Vec<&str> = self.head.iter().map(String::as_str).collect();
        if elided {
            lines.push("…");
        }
        lines.extend(self.tail.iter().map(String::as_str));
        lines
    }
}

/// The part of a frame that is shown.
struct Table {
    columns: Vec<Shown>,
    elided_rows: bool,
    shape: String,
}

impl Table {
    fn new(frame: &Frame, options: &DisplayOptions) -> Self {
        let rows = usize::try_from(frame.rows()).unwrap_or(usize::MAX);
        let elided_rows = rows > options.max_rows;
        let first = if elided_rows { options.max_rows.div_ceil(2) } else { rows };
        let last = if elided_rows { options.max_rows / 2 } else { 0 };
        let (head, tail) = (frame.head(first as u64), frame.tail(last as u64));
        let most = options.max_columns.max(1);
        let count = frame.width();
        let (left, right) = if count > most { (most.div_ceil(2), most / 2) } else { (count, 0) };
        let chunks = |frame: &Frame, position: usize| -> Vec<Column> {
            frame.partitions().iter().map(|batch| batch.column(position).clone()).collect()
        };
        let shown = (0..left).chain(count - right..count).map(|position| {
            let field = &frame.schema().fields()[position];
            let (head, tail) = (chunks(&head, position), chunks(&tail, position));
            Shown::new(&field.name, &field.dtype, [&head, &tail], options)
        });
        let columns = fit(shown.collect(), count, options.max_width);
        let plural = |count: u64| if count == 1 { "" } else { "s" };
        let shape = format!(
            "{} row{} × {} column{}",
            grouped(frame.rows()),
            plural(frame.rows()),
            grouped(count as u64),
            plural(count as u64)
        );
        Table { columns, elided_rows, shape }
    }
}

/// The columns that fit into a line: the first and the last ones, with `…` for those between.
fn fit(mut columns: Vec<Shown>, count: usize, most: usize) -> Vec<Shown> {
    let mut left = columns.len().div_ceil(2);
    loop {
        let elided = columns.len() < count;
        let extra = if elided { 1 + SEPARATOR_WIDTH } else { 0 };
        let widths: usize = columns.iter().map(Shown::width).sum();
        let total = widths + SEPARATOR_WIDTH * columns.len().saturating_sub(1) + extra;
        if total <= most || columns.len() <= 1 {
            if elided && let Some(first) = columns.first() {
                columns.insert(left, Shown::elision(first));
            }
            return columns;
        }
        // The innermost column of the longer side goes.
        let right = columns.len() - left;
        if left > right {
            left -= 1;
        }
        columns.remove(left);
    }
}

const SEPARATOR: &str = " │ ";
const SEPARATOR_WIDTH: usize = 3;

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.columns.is_empty() {
            let widths: Vec<usize> = self.columns.iter().map(Shown::width).collect();
            let line = |f: &mut fmt::Formatter<'_>, texts: &[&str]| {
                let mut line = String::new();
                for (i, (column, text)) in self.columns.iter().zip(texts).enumerate() {
                    let fill = " ".repeat(widths[i] - width(text));
                    let separator = if i > 0 { SEPARATOR } else { "" };
                    let _ = match column.right {
                        true => write!(line, "{separator}{fill}{text}"),
                        false => write!(line, "{separator}{text}{fill}"),
                    };
                }
                writeln!(f, "{}", line.trim_end())
            };
            line(f, &self.columns.iter().map(|column| column.name.as_str()).collect::<Vec<_>>())?;
            line(f, &self.columns.iter().map(|column| column.dtype.as_str()).collect::<Vec<_>>())?;
            let rules: Vec<String> = widths.iter().map(|width| "─".repeat(*width)).collect();
            writeln!(f, "{}", rules.join("─┼─"))?;
            let cells: Vec<Vec<&str>> =
                self.columns.iter().map(|column| column.lines(self.elided_rows)).collect();
            for row in 0..cells[0].len() {
                line(f, &cells.iter().map(|column| column[row]).collect::<Vec<_>>())?;
            }
        }
        f.write_str(&self.shape)
    }
}

impl Frame {
    /// The frame as a table of text.
    pub fn to_text(&self, options: &DisplayOptions) -> String {
        Table::new(self, options).to_string()
    }

    /// The frame as an HTML table, as much of it as is printed otherwise; for notebooks.
    ///
    /// # Examples
    /// ```
    /// let frame = hypostyle::Frame::builder().column("a<b", [true]).finish()?;
    /// assert!(frame.to_html().contains("a&lt;b"));
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn to_html(&self) -> String {
        self.to_html_with(&DisplayOptions { max_width: usize::MAX, ..DisplayOptions::default() })
    }

    /// The frame as an HTML table, with a choice of how much is shown.
    pub fn to_html_with(&self, options: &DisplayOptions) -> String {
        let table = Table::new(self, options);
        let mut html = String::from("<div class=\"hypostyle\">\n<table>\n");
        let cell = |html: &mut String, tag: &str, column: &Shown, text: &str| {
            let side = if column.right { "right" } else { "left" };
            let _ = write!(html, "<{tag} style=\"text-align: {side}\">{}</{tag}>", escaped(text));
        };
        let row = |html: &mut String, fill: &dyn Fn(&mut String, usize, &Shown)| {
            html.push_str("<tr>");
            for (position, column) in table.columns.iter().enumerate() {
                fill(html, position, column);
            }
            html.push_str("</tr>\n");
        };
        if !table.columns.is_empty() {
            html.push_str("<thead>\n");
            row(&mut html, &|html, _, column| cell(html, "th", column, &column.name));
            row(&mut html, &|html, _, column| cell(html, "td", column, &column.dtype));
            html.push_str("</thead>\n<tbody>\n");
            let lines: Vec<Vec<&str>> =
                table.columns.iter().map(|column| column.lines(table.elided_rows)).collect();
            let count = lines.first().map_or(0, Vec::len);
            (0..count).for_each(|line| {
                row(&mut html, &|html, position, column| cell(html, "td", column, lines[position][line]));
            });
            html.push_str("</tbody>\n");
        }
        let _ = write!(html, "</table>\n<small>{}</small>\n</div>", table.shape);
        html
    }
}

fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            c => html.push(c),
        }
    }
    html
}

impl fmt::Display for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Table::new(self, &DisplayOptions::default()).fmt(f)
    }
}

impl fmt::Debug for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Series {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let options = DisplayOptions::default();
        let rows = self.len();
        let elided_rows = rows > options.max_rows;
        let first = if elided_rows { options.max_rows.div_ceil(2) } else { rows };
        let (head, tail) = match elided_rows {
            true => (self.slice(0, first), self.slice(rows - options.max_rows / 2, options.max_rows / 2)),
            false => (self.clone(), self.slice(rows, 0)),
        };
        let column = Shown::new(self.name(), self.dtype(), [head.chunks(), tail.chunks()], &options);
        let shape = format!("{} value{}", grouped(rows as u64), if rows == 1 { "" } else { "s" });
        Table { columns: vec![column], elided_rows, shape }.fmt(f)
    }
}

impl fmt::Debug for Series {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
#[path = "display_tests.rs"]
mod tests;
