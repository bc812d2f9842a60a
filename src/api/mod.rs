//! The verbs users call: each builds a plan node or runs the engine. No algorithms here.

pub mod aggregate;
pub mod bins;
pub mod categories;
pub mod combinations;
pub mod concat;
pub mod crosstab;
pub mod describe;
pub mod distinct;
pub mod eager;
pub mod group_by;
pub mod grouping_sets;
pub mod join;
pub mod lazy;
pub mod matrix;
pub mod missing;
#[cfg(feature = "ndarray")]
pub mod ndarray;
pub mod pivot;
pub mod read;
pub mod run;
pub mod sample;
pub mod take;
pub mod unpivot;
pub mod value_counts;
pub mod window;
pub mod write;

pub use combinations::Dummies;
pub use concat::Concat;
pub use group_by::LazyGroupBy;
pub use join::JoinType;
pub use lazy::LazyFrame;
pub use missing::DropNulls;
pub use pivot::Pivot;
pub use read::{
    IntoPaths, read_csv, read_csv_quarantined, read_ipc, read_json, read_json_quarantined, read_parquet,
    read_parquet_quarantined, read_text, scan_csv, scan_files, scan_ipc, scan_json, scan_parquet, scan_text,
};
pub use unpivot::Melt;
pub use value_counts::ValueCounts;
