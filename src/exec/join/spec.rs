//! From a join node to its operators: which side is built, what each side computes, what is checked beside.

use crate::config::Config;
use crate::data::{DType, Schema, promote};
use crate::error::Result;
use crate::exec::join::build::{Build, BuildOptions, Kept};
use crate::exec::join::built::{Built, Sorting};
use crate::exec::join::conditions::{self, Side};
use crate::exec::join::guard::Guard;
use crate::exec::join::keys::bound_keys;
use crate::exec::join::probe::Probe;
use crate::exec::join::probed::{LEFT_ONLY, Output, RIGHT_ONLY, Wanted, origins};
use crate::exec::join::residual::Residual;
use crate::exec::join::unmatched::{Alone, Unmatched};
use crate::exec::slot::Slot;
use crate::expr::bind::cast;
use crate::expr::{Bound, bind};
use crate::kernels::CastMode;
use crate::kernels::join::nearest::Nearness;
use crate::plan::rows::most_rows;
use crate::plan::{Direction, JoinKind, JoinNode, Node};
use std::sync::Arc;

/// The operators of a join, in the order in which they run.
pub struct Spec {
    /// Whether the left side is built and the right one probes.
    pub swapped: bool,
    /// Checks the keys of the build side, where building does not.
    pub check_build: Option<Build>,
    /// The build side.
    pub build: Build,
    /// Checks the keys of the probe side.
    pub check_probe: Option<Build>,
    /// Counts the pairs.
    pub guard: Option<Guard>,
    /// The probe side.
    pub probe: Arc<Probe>,
    /// The rest of a full join.
    pub unmatched: Option<Unmatched>,
}

/// What a build side keeps, as it is asked for.
struct KeptColumns<'a> {
    schema: &'a Schema,
    kept: Vec<Kept>,
    dtypes: Vec<DType>,
}

impl KeptColumns<'_> {
    fn column(&mut self, position: usize) -> Output {
        let dtype = self.schema.fields()[position].dtype.clone();
        self.place(Kept::Column(position), dtype)
    }

    fn place(&mut self, wanted: Kept, dtype: DType) -> Output {
        let known = self.kept.iter().position(|kept| *kept == wanted);
        Output::Build(known.unwrap_or_else(|| {
            self.kept.push(wanted);
            self.dtypes.push(dtype);
            self.kept.len() - 1
        }))
    }
}

/// The operators of a join.
///
/// # Errors
/// What binding an expression raises.
pub fn spec(node: &JoinNode, config: &Config) -> Result<Spec> {
    let built: Slot<Built> = Slot::default();
    let (kind, options) = (node.kind(), node.options());
    let swapped = kind == JoinKind::Right;
    let (left, right) = (node.left().schema(), node.right().schema());
    let (build_schema, probe_schema) = if swapped { (left, right) } else { (right, left) };
    let (built_side, probe_side) =
        if swapped { (node.left(), node.right()) } else { (node.right(), node.left()) };
    let (mut left_keys, mut right_keys) = bound_keys(node)?;
    let found = conditions::take_apart(node)?;
    for (a, b) in found.keys {
        let (a, b) = in_common(bind(&a, left)?, bind(&b, right)?)?;
        left_keys.push(a);
        right_keys.push(b);
    }
    let (build_keys, probe_keys) = if swapped { (left_keys, right_keys) } else { (right_keys, left_keys) };
    let (mut build_values, mut probe_values) = (Vec::new(), Vec::new());
    for (a, b) in found.compared {
        let (a, b) = in_common(bind(&a, left)?, bind(&b, right)?)?;
        let (build, probe) = if swapped { (a, b) } else { (b, a) };
        build_values.push(build);
        probe_values.push(probe);
    }
    let sorting = match node.asof() {
        Some(asof) => {
            let (a, b) = (bind(&asof.left, left)?, bind(&asof.right, right)?);
            let tolerance = asof.distance(&a.dtype)?;
            let floats = a.dtype.is_float();
            probe_values = vec![a];
            build_values = vec![b];
            Some(Sorting::Nearest(Nearness {
                backward: asof.direction != Direction::Forward,
                forward: asof.direction != Direction::Backward,
                exact: asof.allow_exact,
                tolerance,
                floats,
            }))
        }
        None => conditions::sorting(&found.relations, swapped),
    };
    let mut kept = KeptColumns { schema: build_schema, kept: Vec::new(), dtypes: Vec::new() };
    let origins = origins();
    let (mut output, mut alone) = (Vec::new(), Vec::new());
    for (position, field) in node.schema().fields()[..left.len()].iter().enumerate() {
        let shared = node.shared().iter().find(|(shared, _)| *shared == position).map(|(_, key)| *key);
        match (kind, shared) {
            (JoinKind::Right, Some(key)) => output.push(Output::Key(key)),
            (JoinKind::Right, None) => output.push(kept.column(position)),
            (JoinKind::Full, Some(key)) => {
                output.push(Output::Key(key));
                if let Output::Build(place) = kept.place(Kept::Key(key), field.dtype.clone()) {
                    alone.push(Alone::Build(place));
                }
            }
            _ => {
                output.push(Output::Probe(position));
                alone.push(Alone::Null(field.dtype.clone()));
            }
        }
    }
    for position in node.right_columns() {
        if swapped {
            output.push(Output::Probe(*position));
            continue;
        }
        let column = kept.column(*position);
        if let Output::Build(place) = column {
            alone.push(Alone::Build(place));
        }
        output.push(column);
    }
    if options.indicator.is_some() {
        output.push(Output::Origin(if swapped { RIGHT_ONLY } else { LEFT_ONLY }));
        alone.push(Alone::Origin(RIGHT_ONLY));
    }
    let residual = match &found.rest {
        None => None,
        Some(condition) => {
            let pairs = node.pairs()?;
            let (mut positions, mut columns) = (Vec::new(), Vec::new());
            for name in condition.columns() {
                let position = pairs.index_of(&name)?;
                positions.push(position);
                let (side, place) = conditions::side_of(position, left.len());
                columns.push(if (side == Side::Left) == swapped {
                    kept.column(place)
                } else {
                    Output::Probe(place)
                });
            }
            let condition =
                cast(bind(condition, &pairs.project(&positions))?, &DType::Bool, CastMode::Strict)?;
            Some(Residual { columns, condition })
        }
    };
    let wanted = match kind {
        JoinKind::Inner | JoinKind::Cross => Wanted::Pairs,
        JoinKind::Left | JoinKind::Right | JoinKind::Full => Wanted::PairsAndRows,
        JoinKind::Semi => Wanted::Matched,
        JoinKind::Anti => Wanted::Unmatched,
    };
    let (check_left, check_right) = (options.validate.left(), options.validate.right());
    let (check_built, check_probed) =
        if swapped { (check_left, check_right) } else { (check_right, check_left) };
    let told = |left: bool| {
        let side = if left { "left" } else { "right" };
        format!("validate is {}, but on the {side}", options.validate.name())
    };
    // Without keys of its own, those of the join are equalities of its condition, where null equals nothing.
    let nulls_equal = options.nulls_equal && !node.left_on().is_empty();
    let checked = |left: bool| BuildOptions {
        nulls_equal,
        distinct: Some(told(left)),
        weak: config.weak_hash,
        ..BuildOptions::default()
    };
    let check = |keys: &[Bound], left: bool| {
        Build::new(keys.to_vec(), Vec::new(), Vec::new(), Vec::new(), checked(left), Slot::default())
    };
    let here = check_built && sorting.is_none();
    let check_build = (check_built && !here).then(|| check(&build_keys, swapped));
    let check_probe = check_probed.then(|| check(&probe_keys, !swapped));
    let existence = !kind.has_right() && residual.is_none() && !here;
    let build_options = BuildOptions {
        existence,
        mark: kind == JoinKind::Full,
        distinct: here.then(|| told(swapped)),
        sorting,
        scattered: most_rows(probe_side)
            .zip(most_rows(built_side))
            .is_none_or(|(probe, build)| probe >= build / 2),
        ..checked(swapped)
    };
    let KeptColumns { kept, dtypes, .. } = kept;
    let build = Build::new(build_keys, build_values, kept, dtypes, build_options, built.clone());
    let counted = kind.has_right() && residual.is_none() && sorting.is_none();
    debug_assert!(output.iter().all(|o| !matches!(o, Output::Probe(i) if *i >= probe_schema.len())));
    let probe = Arc::new(Probe {
        text: node.describe(),
        keys: probe_keys,
        compared: probe_values,
        sorting,
        wanted,
        output,
        residual,
        origins: origins.clone(),
        built: built.clone(),
    });
    let guard = counted.then(|| Guard::new(probe.clone(), config.join_rows, swapped));
    let unmatched =
        (kind == JoinKind::Full).then_some(Unmatched { output: alone, matched: false, origins, built });
    Ok(Spec { swapped, check_build, build, check_probe, guard, probe, unmatched })
}

/// Both sides of a comparison in their common type.
fn in_common(left: Bound, right: Bound) -> Result<(Bound, Bound)> {
    match promote(&left.dtype, &right.dtype) {
        Some(common) => Ok((cast(left, &common, CastMode::Strict)?, cast(right, &common, CastMode::Strict)?)),
        None => Ok((left, right)),
    }
}
