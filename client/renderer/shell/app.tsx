// Chooses the page for the address.
import { StudyPage } from '../study/study-page.tsx';
import { WorklistPage } from '../worklist/worklist-page.tsx';
import { pageLocation, routeOf } from './location.ts';

export function App() {
  const route = routeOf(pageLocation.value.path);
  return route.page === 'study' ? <StudyPage key={route.uid} uid={route.uid} /> : <WorklistPage />;
}
