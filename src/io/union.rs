//! Several sources as one: rows one after the other, columns by name, and columns that are one value in all rows of a
//! source.

use crate::data::{Batch, Column, DType, Field, Scalar, Schema, Statistics, promote, strings};
use crate::error::{AllOk, Error, ErrorKind, Result};
use crate::expr::{BinaryOp, Expr, InTurn, Tasks};
use crate::io::categories;
use crate::io::dictionary::Dictionary;
use crate::io::prune::{Known, may_match};
use crate::kernels::CastMode;
use crate::kernels::cast::cast;
use crate::plan::{Flow, Refined, Scan, ScanRequest, SourceSpec, TableSource};
use arrow::array::{UInt32Array, new_null_array};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// One source of a union.
#[derive(Debug, Clone)]
pub struct Piece {
    /// Where its rows are.
    pub source: Arc<dyn TableSource>,
    /// What errors call it.
    pub name: String,
    /// Columns that its rows all have the same value in: name, type, value. They hide columns of the source.
    pub constants: Vec<(String, DType, Scalar)>,
}

/// Where a column of the union is in a piece.
#[derive(Debug, Clone, PartialEq)]
enum Place {
    Source(usize),
    Constant(usize),
    Missing,
}

/// Sources as one table.
#[derive(Clone)]
pub struct UnionSource {
    schema: Schema,
    pieces: Vec<Piece>,
    places: Vec<Vec<Place>>,
    /// All texts of constants, so that they are codes of one dictionary.
    texts: Arc<Dictionary>,
    by_name: bool,
    spec: SourceSpec,
}

impl UnionSource {
    /// The rows of these pieces. Without `by_name` all have the same columns in any order.
    ///
    /// # Errors
    /// `Shape` or `Type` naming the piece that does not fit; `DuplicateColumn`.
    pub fn new(pieces: Vec<Piece>, by_name: bool, spec: SourceSpec) -> Result<Self> {
        let mut fields: Vec<Field> = Vec::new();
        for (position, piece) in pieces.iter().enumerate() {
            let hidden = |name: &str| piece.constants.iter().any(|(constant, ..)| constant == name);
            let own = piece.source.schema().fields().iter().filter(|field| !hidden(&field.name));
            let mut seen = 0;
            for field in own {
                seen += 1;
                match fields.iter_mut().find(|known| known.name == field.name) {
                    Some(known) if known.dtype == field.dtype => {}
                    Some(known) if by_name => match promote(&known.dtype, &field.dtype) {
                        Some(dtype) => known.dtype = dtype,
                        None => return Err(unfit_type(known, field, piece)),
                    },
                    Some(known) => match categories::joined(&known.dtype, &field.dtype) {
                        Some(dtype) => known.dtype = dtype,
                        None => return Err(unfit_type(known, field, piece)),
                    },
                    None if by_name || position == 0 => fields.push(field.clone()),
                    None => return Err(unfit_names("is not in the first file", &field.name, piece)),
                }
            }
            if !by_name && seen < fields.len() {
                let schema = piece.source.schema();
                if let Some(field) = fields.iter().find(|field| !schema.contains(&field.name)) {
                    return Err(unfit_names("of the first file is missing", &field.name, piece));
                }
            }
        }
        let constants = pieces.first().map(|piece| piece.constants.as_slice()).unwrap_or_default();
        fields.extend(constants.iter().map(|(name, dtype, _)| Field::new(name, dtype.clone())));
        let schema = Schema::new(fields)?;
        let places = pieces.iter().map(|piece| places(&schema, piece)).collect();
        let texts = pieces.iter().flat_map(|piece| &piece.constants).filter_map(|(.., value)| value.as_str());
        let texts = Dictionary::new(texts);
        Ok(UnionSource { schema, pieces, places, texts, by_name, spec })
    }
}

fn unfit_type(known: &Field, field: &Field, piece: &Piece) -> Error {
    Error::type_mismatch(format!("{} here, {} in the files before", field.dtype, known.dtype))
        .column(field.name.as_ref())
        .file(&piece.name)
        .hint("with union_by_name types are widened where one holds both")
}

fn unfit_names(what: &str, name: &str, piece: &Piece) -> Error {
    Error::new(ErrorKind::Shape, format!("the column {name:?} {what}"))
        .column(name)
        .file(&piece.name)
        .hint("with union_by_name files may have different columns")
}

fn places(schema: &Schema, piece: &Piece) -> Vec<Place> {
    let place = |field: &Field| {
        let constant = piece.constants.iter().position(|(name, ..)| *name == *field.name);
        match (constant, piece.source.schema().index_of(&field.name)) {
            (Some(constant), _) => Place::Constant(constant),
            (None, Ok(position)) => Place::Source(position),
            (None, Err(_)) => Place::Missing,
        }
    };
    schema.fields().iter().map(place).collect()
}

impl fmt::Debug for UnionSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.describe())
    }
}

impl TableSource for UnionSource {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn rows(&self) -> Option<u64> {
        self.pieces.iter().map(|piece| piece.source.rows()).sum()
    }

    fn describe(&self) -> String {
        match self.pieces.as_slice() {
            [] => "nothing".to_owned(),
            [only] => only.source.describe(),
            [first, rest @ ..] => format!("{} and {} more", first.source.describe(), rest.len()),
        }
    }

    fn codes(&self) -> bool {
        self.pieces.iter().any(|piece| piece.source.codes())
    }

    fn scan(&self, request: &ScanRequest) -> Result<Arc<dyn Scan>> {
        let mut left = request.limit.filter(|_| request.predicate.is_none());
        let mut scans = Vec::new();
        let mut skipped = 0;
        for (piece, (source, places)) in self.pieces.iter().zip(&self.places).enumerate() {
            let known = Constants { union: self, piece };
            let out = request.predicate.as_ref().is_some_and(|p| !may_match(p, &self.schema, &known));
            if out || left == Some(0) {
                skipped += usize::from(out);
                continue;
            }
            let mut projection = Vec::new();
            for &column in &request.projection {
                match places[column] {
                    Place::Source(position) if !projection.contains(&position) => projection.push(position),
                    _ => {}
                }
            }
            let own = ScanRequest {
                projection: projection.clone(),
                predicate: request.predicate.as_ref().and_then(|p| self.part(p, piece)),
                limit: left,
                batch_rows: request.batch_rows,
                kept: request.kept,
            };
            if let (Some(left), Some(rows)) = (&mut left, source.source.rows()) {
                *left = left.saturating_sub(rows);
            }
            let scan = source.source.scan(&own)?;
            let partitions = scan.partitions();
            scans.push(PieceScan { piece, scan, projection, partitions });
        }
        let (union, wanted) = (self.clone(), request.projection.clone());
        Ok(Arc::new(UnionScan { union, wanted, scans, skipped }))
    }

    fn refined(&self, check: &dyn Fn() -> Result<()>) -> Result<Option<Refined>> {
        let mut pieces = self.pieces.clone();
        let mut warnings = Vec::new();
        for piece in &mut pieces {
            if let Some(refined) = piece.source.refined(check)? {
                piece.source = refined.source;
                warnings.extend(refined.warnings);
            }
        }
        if warnings.is_empty() {
            return Ok(None);
        }
        // A column that one file widens is wider in all.
        let mut by_name = UnionSource::new(pieces, true, self.spec.clone())?;
        by_name.by_name = self.by_name;
        Ok(Some(Refined { source: Arc::new(by_name), warnings }))
    }

    /// Those of the first piece.
    fn metadata(&self) -> BTreeMap<String, String> {
        self.pieces.first().map(|piece| piece.source.metadata()).unwrap_or_default()
    }

    fn spec(&self) -> Option<SourceSpec> {
        Some(self.spec.clone())
    }
}

impl UnionSource {
    /// The part of a predicate that a piece can judge: those of its conditions that only read columns that the piece holds
    /// with the type of the union.
    fn part(&self, predicate: &Expr, piece: usize) -> Option<Expr> {
        if let Expr::Binary { op: BinaryOp::And, left, right } = predicate {
            return match (self.part(left, piece), self.part(right, piece)) {
                (Some(left), Some(right)) => Some(left.and(right)),
                (some, none) => some.or(none),
            };
        }
        let held = |name: &Arc<str>| {
            let Ok(column) = self.schema.index_of(name) else { return false };
            let Place::Source(position) = self.places[piece][column] else { return false };
            let own = self.pieces[piece].source.schema();
            own.fields()[position].dtype == self.schema.fields()[column].dtype
        };
        predicate.columns().iter().all(held).then(|| predicate.clone())
    }

    /// A column of the union for rows of a piece.
    fn column(&self, piece: usize, column: usize, batch: &Batch, projection: &[usize]) -> Result<Column> {
        let dtype = self.schema.fields()[column].dtype.held();
        match &self.places[piece][column] {
            Place::Missing => {
                Ok(Column::from_held(new_null_array(Column::empty(dtype).array().data_type(), batch.rows())))
            }
            Place::Constant(constant) => {
                let value = &self.pieces[piece].constants[*constant].2;
                let array = match value.as_str().and_then(|text| self.texts.code(text)) {
                    Some(code) if *dtype == DType::String => {
                        let codes = UInt32Array::from_value(code, batch.rows());
                        strings::encode(codes, self.texts.array().clone())?
                    }
                    _ => value.to_array(dtype, batch.rows())?,
                };
                Ok(Column::from_held(array))
            }
            Place::Source(position) => {
                let place = projection.iter().position(|other| other == position);
                let place = place.ok_or_else(|| Error::internal("a column was not read"))?;
                let held = batch.column(place);
                if held.dtype() == dtype {
                    return Ok(held.clone());
                }
                let wider = cast(&held.to_plain()?, dtype, CastMode::Strict);
                let name = &self.schema.fields()[column].name;
                Ok(Column::from_held(
                    wider.map_err(|error| error.column(name.as_ref()).file(&self.pieces[piece].name))?,
                ))
            }
        }
    }
}

/// What is known of the rows of a piece before it is opened: its constants and what it lacks.
struct Constants<'a> {
    union: &'a UnionSource,
    piece: usize,
}

impl Known for Constants<'_> {
    fn rows(&self) -> u64 {
        1
    }

    fn statistics(&self, column: usize) -> Option<Statistics> {
        let value = match &self.union.places[self.piece][column] {
            Place::Source(_) => return None,
            Place::Missing => Scalar::Null,
            Place::Constant(constant) => self.union.pieces[self.piece].constants[*constant].2.clone(),
        };
        let mut found = Statistics::unknown(u64::from(value.is_null()));
        (found.min, found.max) = (value.clone(), value);
        Some(found)
    }
}

struct PieceScan {
    piece: usize,
    scan: Arc<dyn Scan>,
    projection: Vec<usize>,
    partitions: usize,
}

struct UnionScan {
    union: UnionSource,
    wanted: Vec<usize>,
    scans: Vec<PieceScan>,
    skipped: usize,
}

impl UnionScan {
    fn find(&self, mut partition: usize) -> Result<(&PieceScan, usize)> {
        for scan in &self.scans {
            if partition < scan.partitions {
                return Ok((scan, partition));
            }
            partition -= scan.partitions;
        }
        Err(Error::internal("a partition beyond the last"))
    }
}

impl Scan for UnionScan {
    fn partitions(&self) -> usize {
        self.scans.iter().map(|scan| scan.partitions).sum()
    }

    fn read(&self, partition: usize, emit: &mut dyn FnMut(Batch) -> Result<Flow>) -> Result<()> {
        self.read_shared(partition, &InTurn, emit)
    }

    fn read_shared(
        &self,
        partition: usize,
        tasks: &dyn Tasks,
        emit: &mut dyn FnMut(Batch) -> Result<Flow>,
    ) -> Result<()> {
        let (own, partition) = self.find(partition)?;
        own.scan.read_shared(partition, tasks, &mut |batch| {
            let column = |&column: &usize| self.union.column(own.piece, column, &batch, &own.projection);
            let columns = self.wanted.iter().map(column).all_ok()?;
            emit(Batch::new(columns, batch.rows())?)
        })
    }

    fn first_row(&self, partition: usize) -> Option<u64> {
        let (own, partition) = self.find(partition).ok()?;
        own.scan.first_row(partition)
    }

    fn skipped(&self) -> Option<String> {
        let own = self.scans.iter().filter_map(|own| own.scan.skipped());
        let files =
            (self.skipped > 0).then(|| format!("{} of {} sources", self.skipped, self.union.pieces.len()));
        let all: Vec<String> = files.into_iter().chain(own).take(8).collect();
        (!all.is_empty()).then(|| all.join("; "))
    }
}
