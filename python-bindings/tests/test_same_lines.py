"""Lines of everyday scripts about rows and their labels: the same for pandas and for Hypostyle."""

from __future__ import annotations

import hypostyle as hs
import numpy as np
import pandas as pd
import pytest
from same_script import check

LINES = [
    "df.loc[1:3, 'x'] = 0",
    "df = df[['x', 'y']]; df[1:3] = 0",
    "df=df[['x','y']]; df[1:3]=0",
    "df.loc[df.x>3,['x','y']]=0",
    "df.loc[df.sort_values('x').index[:2],'x']=99",
    "df.loc[10]=['z',1,2,3.0]",
    "df=df.sort_values('x'); df.loc[0,'x']=100",
    "df=df.sort_values('x'); df.iloc[0,2]=100",
    "df=df[df.x>2]; df.loc[df.y>0,'x']=-1",
    "df=df[df.x>2]; df['n']=np.arange(len(df))",
    "df=df[df.x>2]; df['n']=range(len(df))",
    "df=df[df.x>2].copy(); df['z']=df['x']+df['y']",
    "df=df.sort_values('x'); df['rank']=range(1,len(df)+1); df=df.sort_index()",
    "out=df.loc[df.groupby('k')['x'].idxmax()]",
    "out=df.sort_values('x').drop_duplicates('k').set_index('k')['x'].to_dict()",
    "m=df.x>2; out=df[m].index.difference(df[~m].index); out=list(out)",
    "a=df.sample(3,random_state=1); out=len(df.drop(a.index))",
    "t=df.sample(frac=.5,random_state=1); out=len(df.loc[~df.index.isin(t.index)])",
    "out=df.iloc[df.x.argsort()]",
    "out=df.iloc[np.argsort(df.x.values)]",
    "out=df.loc[df.x.nlargest(2).index]",
    "out=df.x[df.k=='b'].reset_index()",
    "out=df.set_index('k').loc['b'].reset_index()",
    "df=df.set_index('k'); df.loc['b','x']=0",
    "df.at[2,'x']=7; df.iat[0,2]=8",
    "out=df.sort_values(['k','x'],ascending=[True,False]).groupby('k').head(1)",
    "out=df.sort_values('x').groupby('k').first()",
    "out=df.sort_values('x').groupby('k')['y'].apply(list)",
    "out=df.groupby('k')['x'].rank()",
    "out=df.groupby('k',group_keys=False).apply(lambda g:g.nlargest(1,'x'))",
    "out=df.groupby('k').apply(lambda g:g.sort_values('x').iloc[0])",
    "out=df.groupby('k').sample(1,random_state=0).shape",
    "out=df.groupby('k').nth(0)",
    "out=df.groupby('k')['x'].nlargest(1)",
    "out=df.groupby('k').x.transform(lambda s:s-s.mean())",
    "out=[(k,list(g.index)) for k,g in df.groupby('k')]",
    "out=df.groupby('k').get_group('b')",
    "out=df.query('x>2').index.tolist()",
    "out=df.where(df.x>2).dropna()",
    "out=df.mask(df.x>2)",
    "out=df.apply(lambda r:r.x+r.j,axis=1)",
    "out=df[df.x>2].apply(lambda r:r.x+r.j,axis=1)",
    "out=df[['x','j']].apply(sum)",
    "out=df.merge(df[df.x>2],on='k',how='left').shape",
    "out=df[df.x>2].merge(df,left_index=True,right_index=True)",
    "out=df.join(df[df.x>2][['x']].rename(columns={'x':'w'}))",
    "out=df[df.x>2].join(df.set_index('x')[['j']].rename(columns={'j':'jj'}),on='x')",
    "out=lib.concat([df,df]).loc[0]",
    "out=lib.concat([df,df]).groupby(level=0).x.sum()",
    "out=lib.concat([df,df]).drop_duplicates()",
    "out=lib.concat([df.x,df.y],axis=1)",
    "out=lib.concat([df[df.x>2].x,df[df.x<5].y],axis=1)",
    "out=lib.concat([df.set_index('k').x,df.set_index('k').x])",
    "out=df.x.value_counts().head(2).index.tolist()",
    "out=df.k.value_counts().reset_index()",
    "out=df.groupby('k').size().reset_index(name='n')",
    "out=df.groupby('k').x.sum().reset_index().sort_values('x').iloc[0]['k']",
    "out=df.reset_index().melt(id_vars=['index','k'],value_vars=['x','y'])",
    "out=df[df.x>2].reset_index().rename(columns={'index':'row'})",
    "out=df.x.shift().fillna(0)",
    "out=df[df.x>2].x.diff()",
    "out=df.sort_values('x').x.cumsum()",
    "out=df.x.where(df.x>2,other=df.j)",
    "out=np.where(df.y>1,'a','b').tolist()",
    "out=np.where(df.y!=1.5,'a','b').tolist()",
    "out=(df.y>1).sum(), (df.y!=1.5).sum()",
    "out=df.y.eq(df.y).tolist()",
    "out=(df.y==df.y).all()",
    "out=df[df.y==df.y].shape",
    "out=df[df.y!=df.y].shape",
    "out=df.loc[[True,False,True,False,True,False]]",
    "out=df[[True,False,True,False,True,False]]",
    "out=df[np.array([True,False,True,False,True,False])]",
    "out=df[pd.Series([True,False,True,False,True,False])]",
    "out=df[~df.k.isin(['a'])&(df.y!=4)]",
    "out=df.filter(items=[0,2],axis=0)",
    "out=df.iloc[::2]",
    "out=df[::-1]",
    "out=df.loc[3:1:-1]",
    "out=df.sort_values('x').iloc[::-1]",
    "out=df.index[df.x>3].tolist()",
    "out=df.index[-1]",
    "out=df[df.x>2].index[0]",
    "out=df.x.idxmax(),df.sort_values('x').x.idxmin()",
    "out=df.explode('k').shape",
    "df.index=list('uvwxyz'); out=df.loc['v':'x']",
    "df.index.name='id'; out=df.reset_index()",
    "df.index=df.index+10; out=df",
    "out=df.rename(index=lambda i:i*10)",
    "out=df.set_index(df.index*2)",
    "out=df.index*2; out=list(out)",
    "df.drop(df[df.x>3].index,inplace=True)",
    "df.drop(index=df.index[[0,1]],inplace=True)",
    "df.dropna(inplace=True); out=df.index.tolist()",
    "df.sort_values('x',inplace=True); df.reset_index(drop=True,inplace=True)",
    "df.loc[:, 'x']=df.x*2",
    "df[['x','j']]=df[['j','x']]",
    "df[['p','q']]=df[['j','x']]*2",
    "df['s']=df.k.str.upper()+df.j.astype(str)",
    "df.insert(1,'z',df.sort_values('x').x)",
    "df['z']=df[df.x>3].x.rank()",
    "out=df.equals(df.sort_values('x').sort_index())",
    "out=df.compare(df.assign(x=0))",
    "out=df.xs(2).to_list()",
    "out=df.sort_values('x').xs(2).to_list()",
    "out=df.take([3,0])",
    "out=df.sort_values('x').take([3,0])",
    "out=df.truncate(1,3)",
    "out=df.sort_values('x').sort_index().truncate(1,3)",
    "out=df[df.x>2].first_valid_index()",
    "out=df.y.last_valid_index()",
    "out=df.isin({'x':[1,2]})",
    "out=df.corr(numeric_only=True)",
    "out=df.describe()",
    "out=df.describe().loc['mean','x']",
    "out=df.describe(include='all').shape",
    "out=df.nunique()",
    "out=df[['x','j']].agg(['sum','min'])",
    "out=df.agg({'x':'sum','y':'mean'})",
    "out=df.agg({'x':['sum','min'],'y':['mean']})",
    "out=df.groupby('k').agg({'x':'sum','y':['mean','max']})",
    "out=df.groupby('k').agg(a=('x','sum'))",
    "out=df.groupby('k')[['x']].agg(lambda s:s.max()-s.min())",
    "out=df.groupby('k').x.agg(['sum','mean']).reset_index()",
    "out=df.groupby('k').x.describe()",
    "out=df.groupby('k').x.agg(lambda s:s.iloc[0])",
    "out=df.groupby('k').apply(lambda g:lib.Series({'a':g.x.sum(),'b':g.y.mean()}))",
    "out=lib.get_dummies(df.k)",
    "out=lib.get_dummies(df[df.x>2].k)",
    "out=lib.cut(df.x,3).value_counts().tolist()",
    "out=df.eval('z=x+y')",
    "out=df[df.x>2][['x']].expanding().max()",
    "out=df.quantile(.5,numeric_only=True)",
    "out=df.mode().iloc[0]['k']",
    "out=df.itertuples().__next__()[0]",
    "out=df.to_records().tolist()[0]",
    "out=df[df.x>2].to_records().tolist()",
    "out=df.values.shape",
    "out=df.pipe(lambda d:d[d.x>2])",
    "out=df.squeeze().shape",
    "out=df[['x']].squeeze()",
    "out=df.iloc[0].to_list()",
    "out=df.iloc[-1]['x']",
    "out=df.loc[2].to_list()",
    "out=df.loc[2,'x']",
    "out=df.loc[[2,4],['x','k']]",
    "out=df.sort_values('x').loc[[2,4],['x','k']]",
    "out=df.get('zzz',5)",
    "out=df.sort_values('x').groupby('k').x.cumsum()",
    "out=df.sort_values('x').groupby('k').x.shift()",
    "df['prev']=df.sort_values('x').groupby('k').x.shift()",
    "df['cum']=df.sort_values('j').groupby('k').x.cumsum()",
]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("line", LINES)
def test_same(line):
    def script(lib, df):
        scope = {"lib": lib, "df": df, "np": np, "pd": lib}
        exec(line, scope)
        return scope["out"] if "out" in scope else scope["df"]

    check(script)


ODD = [
    "out = list(df.set_index('x').select_dtypes('number').columns)",
    "out = list(df.assign(t=lib.to_datetime('2024-01-01')).select_dtypes('datetime64').columns)",
    "out = df.get(None) is None",
    "out = df.assign(z=df[['x']] * 2)",
    "df['z'] = df[df.x > 2][['y']]",
    "out = lib.DataFrame([[1, 2], [3, 4]], columns=[['a', 'a'], ['x', 'y']])['a']",
    "df = df[['x', 'j']]; df.columns = [['a', 'b'], ['x', 'y']]; out = df['b']",
    "out = df.iloc[(slice(1, 3),)]",
    "out = df.set_index(['k', 'j', 'x']).xs(('b', 1), level=['k', 'j'])",
    "out = df.set_index(['k', 'j', 'x']).xs(('b', 5), level=[0, 2], drop_level=False)",
]


@pytest.mark.parametrize("line", ODD)
def test_odd_lines(line):
    test_same(line)


@pytest.mark.parametrize("label", [True, False])
def test_truth_values_are_no_labels(label):
    for lib in (pd, hs):
        df = lib.DataFrame({"x": [1, 2, 3]})
        with pytest.raises(KeyError):
            df.loc[label]
        with pytest.raises(KeyError):
            df.loc[label] = 0
