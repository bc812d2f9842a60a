//! `pivot`: values spread over columns.

use crate::api::crosstab::{MOST_COLUMNS, text};
use crate::api::lazy::LazyFrame;
use crate::api::run::Runner;
use crate::data::{Column, DType, Frame, Scalar};
use crate::error::{Error, Result};
use crate::expr::{Expr, Selection, SortKey, col, lit, when};
use crate::plan::{GroupOrder, JoinKind, JoinOptions, PivotNode, Plan, Spread};
use std::sync::Arc;

/// What stands in the rows, the columns and the cells of a table.
#[derive(Clone, Debug)]
pub struct Pivot {
    index: Vec<Expr>,
    columns: Vec<Expr>,
    values: Vec<Expr>,
    margins: Option<String>,
    fill: Option<Scalar>,
    keep_nulls: bool,
    named: bool,
}

impl Pivot {
    /// A row per key of `index`, a column per key of `columns`, both sorted. Cells are `values`: aggregates, or expressions
    /// of rows, of which there may be one for each cell.
    pub fn new(index: impl Selection, columns: impl Selection, values: impl Selection) -> Self {
        let (index, columns, values) = (index.into_exprs(), columns.into_exprs(), values.into_exprs());
        let named = values.len() > 1;
        Pivot { index, columns, values, margins: None, fill: None, keep_nulls: false, named }
    }

    /// A last row and a last column of this name, with the aggregates of all rows.
    pub fn margins(self, name: impl Into<String>) -> Self {
        Pivot { margins: Some(name.into()), ..self }
    }

    /// What stands in cells without rows; also in those whose rows give null, if values are aggregates.
    pub fn fill(self, value: impl Into<Scalar>) -> Self {
        Pivot { fill: Some(value.into()), ..self }
    }

    /// Whether null keys have a row and a column, and cells of nulls count; by default they are left out.
    pub fn keep_nulls(self, keep: bool) -> Self {
        Pivot { keep_nulls: keep, ..self }
    }

    /// Whether columns are named by value and key (`x_a`), not by the key alone (`a`); so by default if there are several
    /// values.
    pub fn named(self, named: bool) -> Self {
        Pivot { named, ..self }
    }
}

/// Names that no user's column has.
fn hidden(kind: &str, count: usize) -> Vec<String> {
    (0..count).map(|i| format!("\0{kind}{i}")).collect()
}

const ROW_TOTAL: &str = "\0row total";
const COLUMN_TOTAL: &str = "\0column total";
const PLACE: &str = "\0place";
const MARK: &str = "\0mark";
const GROUPING: &str = "grouping_id";

impl LazyFrame {
    /// Values spread over columns. The cells are computed at once, since they tell which columns there are; the query
    /// that spreads them is returned.
    ///
    /// # Errors
    /// `InvalidArgument` without columns or values, or if totals are wanted of values that are no aggregates; `Unsupported`
    /// beyond 10,000 columns; `DuplicateColumn` if two keys look the same as text; what running raises. Two values for
    /// one cell are an error of the query.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Frame, Pivot, col};
    /// let sales = Frame::builder()
    ///     .column("shop", ["b", "a", "b"])
    ///     .column("year", [2023i64, 2024, 2024])
    ///     .column("x", [1i64, 2, 4])
    ///     .finish()?;
    /// let table = sales.lazy().pivot(&Pivot::new("shop", "year", col("x").sum()).fill(0))?.collect()?;
    /// assert_eq!(table.schema().to_string(), "shop: string, 2023: int64, 2024: int64");
    /// assert_eq!(table.column("2023")?.get(0)?.as_i64(), Some(0));
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn pivot(&self, how: &Pivot) -> Result<LazyFrame> {
        self.pivot_by(how, &LazyFrame::collect)
    }

    /// [`LazyFrame::pivot`], run as told.
    ///
    /// # Errors
    /// As [`LazyFrame::pivot`].
    pub fn pivot_by(&self, how: &Pivot, run: &Runner<'_>) -> Result<LazyFrame> {
        self.spread(how, run).map_err(|error| error.operation("pivot"))
    }

    fn spread(&self, how: &Pivot, run: &Runner<'_>) -> Result<LazyFrame> {
        if how.columns.is_empty() || how.values.is_empty() {
            return Err(Error::invalid("a table has columns and values"));
        }
        let (rows, columns) = (hidden("row", how.index.len()), hidden("column", how.columns.len()));
        let values = hidden("value", how.values.len());
        let cells = run(&cells(self, how, &rows, &columns, &values)?)?.lazy();
        let total = how.margins.is_some();
        // Columns: their places and their names.
        let keys: Vec<&str> = total.then_some(COLUMN_TOTAL).into_iter().chain(names(&columns)).collect();
        let heads = cells.select(keys.clone()).distinct();
        let order = keys.iter().map(|key| SortKey::ascending(col(key))).collect();
        let heads = run(&heads.sort_by(order))?;
        if heads.rows() > MOST_COLUMNS as u64 {
            let text = format!("{} columns", heads.rows());
            return Err(Error::unsupported(text).hint("group by both and keep the rows"));
        }
        let labels = labels(&heads, &columns, how.margins.as_deref())?;
        let mut builder = Frame::builder();
        for key in &keys {
            builder = builder.column(*key, heads.column(key)?);
        }
        let places: Column = (0..heads.rows() as u32).collect();
        let heads = builder.column(PLACE, places).finish()?;
        let options = JoinOptions { nulls_equal: true, ..JoinOptions::default() };
        let placed = cells.join_with(&heads.lazy(), keys.clone(), keys.clone(), JoinKind::Inner, options);
        let row_keys = names(&rows).map(|row| match &how.margins {
            None => col(row),
            // The row of totals is named in the first column of the index, the others are empty there.
            Some(name) => {
                let name = if row == rows[0] { name.as_str() } else { "" };
                when(col(ROW_TOTAL).gt(0)).then(lit(name)).otherwise(col(row).cast(DType::String)).alias(row)
            }
        });
        let mut exprs: Vec<Expr> = row_keys.chain([col(PLACE)]).chain(names(&values).map(col)).collect();
        let mut found = Vec::new();
        for value in &how.values {
            for label in &labels {
                found.push(Arc::from(match how.named {
                    true => format!("{}_{label}", value.output_name()),
                    false => label.clone(),
                }));
            }
        }
        // A null of a row stays where cells without rows are filled: a mark tells them apart.
        let marks = match how.fill.is_some() && !how.values.iter().any(Expr::has_aggregate) {
            true => hidden("mark", labels.len()),
            false => Vec::new(),
        };
        if !marks.is_empty() {
            exprs.push(lit(true).alias(MARK));
        }
        let all = found.iter().cloned().chain(names(&marks).map(Arc::from)).collect();
        let spread = Spread { keys: rows.len(), places: labels.len(), names: all };
        let table = placed.select(exprs).then(|input| Ok(Plan::Pivot(PivotNode::new(input, spread)?)));
        let indexed = rows.iter().zip(&how.index).map(|(row, expr)| col(row).alias(expr.output_name()));
        let cells = found.iter().enumerate().map(|(at, name)| match &how.fill {
            Some(value) if marks.is_empty() => col(name).fill_null(lit(value.clone())).alias(name),
            Some(value) => {
                let mark = col(marks[at % marks.len()].as_str());
                when(mark.is_null()).then(lit(value.clone())).otherwise(col(name)).alias(name)
            }
            None => col(name),
        });
        let table = table.select(indexed.chain(cells).collect::<Vec<_>>());
        table.plan()?;
        Ok(table)
    }
}

fn names(list: &[String]) -> impl Iterator<Item = &str> {
    list.iter().map(String::as_str)
}

fn aliased(exprs: &[Expr], names: &[String]) -> Vec<Expr> {
    exprs.iter().zip(names).map(|(expr, name)| expr.clone().alias(name)).collect()
}

/// The keys and the values of all cells, in the order of the rows.
fn cells(
    input: &LazyFrame,
    how: &Pivot,
    rows: &[String],
    columns: &[String],
    values: &[String],
) -> Result<LazyFrame> {
    let keys: Vec<Expr> =
        aliased(&how.index, rows).into_iter().chain(aliased(&how.columns, columns)).collect();
    let cells = aliased(&how.values, values);
    let by: Vec<&str> = names(rows).chain(names(columns)).collect();
    let sorted = |query: LazyFrame, first: Option<&str>| {
        let keys = first.into_iter().chain(by.iter().copied());
        query.sort_by(keys.map(|key| SortKey::ascending(col(key))).collect())
    };
    let aggregates = how.values.iter().filter(|value| value.has_aggregate()).count();
    if aggregates == 0 {
        if how.margins.is_some() {
            return Err(Error::invalid("totals of values that are no aggregates"));
        }
        let selected = input.select([keys, cells].concat());
        let kept = if how.keep_nulls { selected } else { selected.drop_nulls(by.iter().copied()) };
        return Ok(sorted(kept, None));
    }
    let present = |query: LazyFrame| match how.keep_nulls {
        true => query,
        false => match names(values).map(|value| col(value).is_not_null()).reduce(Expr::or) {
            Some(any) => query.filter(any),
            None => query,
        },
    };
    if how.margins.is_none() {
        let groups = input.group_by(keys).order(GroupOrder::Any).drop_nulls(!how.keep_nulls);
        return Ok(sorted(present(groups.agg(cells)), None));
    }
    let (index, count) = (rows.len(), rows.len() + columns.len());
    let mut sets: Vec<Vec<usize>> = vec![(0..count).collect(), (0..index).collect()];
    if index > 0 {
        sets.extend([(index..count).collect(), Vec::new()]);
    }
    // A row without one of the keys is in no cell, and so in no total, unless null is a key.
    let keyed =
        keys.iter().filter(|_| !how.keep_nulls).map(|key| key.clone().is_not_null()).reduce(Expr::and);
    let keyed = keyed.map_or_else(|| input.clone(), |keyed| input.filter(keyed));
    let cube = present(keyed.group_by(keys).grouping_sets(sets).agg(cells));
    // A bit for each key that a grouping does without, the first key's the highest; totals do without all of a side.
    let whole = (1i64 << count) - 1;
    let all = whole ^ ((1i64 << columns.len()) - 1);
    let row_total = if index == 0 { lit(0i64) } else { either(col(GROUPING).gt_eq(all)) };
    let column_total = either(col(GROUPING).eq(whole).or(col(GROUPING).eq(whole ^ all)));
    let totals = [row_total.alias(ROW_TOTAL), column_total.alias(COLUMN_TOTAL)];
    Ok(sorted(cube.with_columns(totals), Some(ROW_TOTAL)))
}

fn either(condition: Expr) -> Expr {
    when(condition).then(lit(1i64)).otherwise(lit(0i64))
}

/// The keys of each column as its name.
fn labels(heads: &Frame, columns: &[String], total: Option<&str>) -> Result<Vec<String>> {
    let mut labels = vec![String::new(); heads.rows() as usize];
    for (position, column) in columns.iter().enumerate() {
        for (label, value) in labels.iter_mut().zip(heads.column(column)?.values()) {
            if position > 0 {
                label.push('_');
            }
            label.push_str(&text(&value));
        }
    }
    if let Some(total) = total {
        for (label, flag) in labels.iter_mut().zip(heads.column(COLUMN_TOTAL)?.values()) {
            if flag.as_i64() == Some(1) {
                *label = total.to_owned();
            }
        }
    }
    Ok(labels)
}
